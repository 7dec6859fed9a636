//! Giving up rights.

use std::ffi::CString;

use nix::errno::Errno;
use nix::unistd::{Uid, User, getgid, getresuid, initgroups, setgid, setgroups, setuid};

/// Why the program cannot go on as another user.
#[derive(thiserror::Error, Debug)]
pub enum UserError {
    /// There is none of that name or number.
    #[error("there is no user `{0}`")]
    Unknown(String),
    /// Only root may.
    #[error(
        "only root can go on as the user `{0}`; with rights of its own (setcap) the program needs no other user"
    )]
    NotRoot(String),
    /// The system refuses.
    #[error("cannot go on as the user `{user}`: {step} says: {reason}")]
    Refused {
        /// The user.
        user: String,
        /// The call that failed.
        step: &'static str,
        /// What the system says.
        reason: Errno,
    },
    /// Rights could be had again.
    #[error("the rights of root could be had again after becoming the user `{0}`; nothing is done")]
    Back(String),
}

/// Goes on as another user, by name or number, with its groups, for good. Interfaces are opened before.
///
/// # Errors
///
/// [`UserError`]; the process may be neither the one nor the other then, and must end.
pub fn drop_user(user: &str) -> Result<(), UserError> {
    let found = find(user)?;
    if !Uid::effective().is_root() {
        let already = Uid::effective() == found.uid && Uid::current() == found.uid;
        return if already { Ok(()) } else { Err(UserError::NotRoot(user.to_owned())) };
    }
    let refused = |step| move |reason| UserError::Refused { user: user.to_owned(), step, reason };
    match CString::new(found.name.as_str()) {
        Ok(name) if !found.name.is_empty() => initgroups(&name, found.gid),
        _ => setgroups(&[found.gid]),
    }
    .map_err(refused("initgroups"))?;
    setgid(found.gid).map_err(refused("setgid"))?;
    setuid(found.uid).map_err(refused("setuid"))?;
    verify(user, &found)
}

/// A user by name, or by a number that need not have a name.
fn find(user: &str) -> Result<User, UserError> {
    let unknown = || UserError::Unknown(user.to_owned());
    if let Some(found) = User::from_name(user).ok().flatten() {
        return Ok(found);
    }
    let uid = Uid::from_raw(user.parse().map_err(|_| unknown())?);
    User::from_uid(uid).ok().flatten().ok_or_else(unknown)
}

/// That there is no way back.
fn verify(user: &str, wanted: &User) -> Result<(), UserError> {
    let ids = getresuid().map_err(|_| UserError::Back(user.to_owned()))?;
    let all_are = [ids.real, ids.effective, ids.saved].iter().all(|id| *id == wanted.uid);
    let is_another = !wanted.uid.is_root();
    let comes_back = is_another && (setuid(Uid::from_raw(0)).is_ok() || Uid::effective().is_root());
    if all_are && getgid() == wanted.gid && !comes_back {
        return Ok(());
    }
    Err(UserError::Back(user.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{UserError, find};

    #[test]
    fn users() {
        assert!(find("root").unwrap().uid.is_root() && find("0").unwrap().uid.is_root());
        for nobody in ["no such user", "", "-1", "4000000000"] {
            assert!(matches!(find(nobody), Err(UserError::Unknown(_))), "{nobody}");
        }
    }
}
