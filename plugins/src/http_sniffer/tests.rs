//! Messages, losses and which responses go to which requests.
