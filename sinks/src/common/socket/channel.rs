//! A socket, whatever it is a socket of.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs, UdpSocket};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::time::Duration;

/// How long a host is waited for when a connection is made.
const CONNECT: Duration = Duration::from_secs(5);

/// Most reads of what the other end says, which nobody needs.
const MOST_READS: u32 = 1000;

/// Tries to send a datagram, of which each may fail because an earlier one was refused.
const MOST_REFUSALS: u32 = 3;

/// How long a write waits for a reader who is slow.
const WRITE: Duration = Duration::from_millis(250);

/// Where rows go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// A host, by name or address, and a port.
    Host(String, u16),
    /// A path of this machine.
    Path(String),
}

impl Place {
    /// As the toggles name it.
    pub(crate) fn new(address: &str, port: u16) -> Self {
        match address.strip_prefix("unix:") {
            Some(path) => Self::Path(path.to_owned()),
            None => Self::Host(address.trim_matches(['[', ']']).to_owned(), port),
        }
    }
}

impl Place {
    /// Whether it is a socket of this machine.
    pub(crate) fn is_path(&self) -> bool {
        matches!(self, Self::Path(_))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Host(host, port) => write!(f, "{host}:{port}"),
            Self::Path(path) => write!(f, "unix:{path}"),
        }
    }
}

/// An open socket.
#[derive(Debug)]
pub(crate) enum Channel {
    Tcp(TcpStream),
    /// With the number of datagrams of which the host has said that nobody listens.
    Udp(UdpSocket, u64),
    Stream(UnixStream),
    Datagrams(UnixDatagram),
}

impl Channel {
    /// Connects to a place.
    pub(crate) fn connect(place: &Place, is_stream: bool) -> io::Result<Self> {
        let channel = match (place, is_stream) {
            (Place::Path(path), true) => Self::Stream(UnixStream::connect(path)?),
            (Place::Path(path), false) => {
                let socket = UnixDatagram::unbound()?;
                socket.connect(path)?;
                Self::Datagrams(socket)
            }
            (Place::Host(host, port), true) => Self::Tcp(tcp(host, *port)?),
            (Place::Host(host, port), false) => Self::Udp(udp(host, *port)?, 0),
        };
        match &channel {
            Self::Tcp(socket) => socket.set_write_timeout(Some(WRITE))?,
            Self::Udp(socket, _) => socket.set_write_timeout(Some(WRITE))?,
            Self::Stream(socket) => socket.set_write_timeout(Some(WRITE))?,
            Self::Datagrams(socket) => socket.set_write_timeout(Some(WRITE))?,
        }
        Ok(channel)
    }

    /// Hands bytes over, of a stream perhaps a part of them.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(socket) => socket.write(bytes),
            Self::Udp(socket, refused) => datagram(socket, bytes, refused),
            Self::Stream(socket) => socket.write(bytes),
            Self::Datagrams(socket) => socket.send(bytes),
        }
    }

    /// Whether the other end of a stream still reads. What it has said is passed over.
    pub(crate) fn is_open(&mut self) -> io::Result<bool> {
        let failure = match self {
            Self::Tcp(socket) => socket.take_error()?,
            Self::Stream(socket) => socket.take_error()?,
            Self::Udp(..) | Self::Datagrams(_) => return Ok(true),
        };
        if let Some(failure) = failure {
            return Err(failure);
        }
        self.set_nonblocking(true)?;
        let mut said = Ok(0);
        // Somebody who goes on talking is not listened to for ever.
        for _ in 0..MOST_READS {
            said = self.read(&mut [0; 4096]);
            if said.as_ref().map_or(true, |length| *length == 0) {
                break;
            }
        }
        self.set_nonblocking(false)?;
        match said {
            Ok(length) => Ok(length > 0),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Nothing more is written: waits until the other end of a stream has closed too. Whether it has in that time.
    pub(crate) fn close(&mut self, most: Duration) -> io::Result<bool> {
        match self {
            Self::Tcp(socket) => {
                socket.shutdown(Shutdown::Write)?;
                socket.set_read_timeout(Some(most))?;
            }
            Self::Stream(socket) => {
                socket.shutdown(Shutdown::Write)?;
                socket.set_read_timeout(Some(most))?;
            }
            Self::Udp(_, 0) | Self::Datagrams(_) => return Ok(true),
            Self::Udp(_, refused) => {
                let why = format!("nobody listened when {refused} datagrams came");
                return Err(io::Error::new(io::ErrorKind::ConnectionRefused, why));
            }
        }
        for _ in 0..MOST_READS {
            match self.read(&mut [0; 4096]) {
                Ok(0) => return Ok(true),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(socket) => socket.read(to),
            Self::Stream(socket) => socket.read(to),
            Self::Udp(..) | Self::Datagrams(_) => Ok(0),
        }
    }

    fn set_nonblocking(&self, is: bool) -> io::Result<()> {
        match self {
            Self::Tcp(socket) => socket.set_nonblocking(is),
            Self::Stream(socket) => socket.set_nonblocking(is),
            Self::Udp(..) | Self::Datagrams(_) => Ok(()),
        }
    }
}

/// Sends a datagram. That an earlier one was refused is counted and holds up nobody: the next one may find a listener.
fn datagram(socket: &UdpSocket, bytes: &[u8], refused: &mut u64) -> io::Result<usize> {
    for _ in 0..MOST_REFUSALS {
        match socket.send(bytes) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => *refused += 1,
            outcome => return outcome,
        }
    }
    Ok(bytes.len())
}

/// A connection to the first of a host's addresses that answers.
fn tcp(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut failure = no_address();
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(socket) => return Ok(socket),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// A socket for datagrams to the first of a host's addresses to which there is a way.
fn udp(host: &str, port: u16) -> io::Result<UdpSocket> {
    let mut failure = no_address();
    for address in (host, port).to_socket_addrs()? {
        let own = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let opened = UdpSocket::bind(own).and_then(|socket| {
            socket.connect(address)?;
            Ok(socket)
        });
        match opened {
            Ok(socket) => return Ok(socket),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

fn no_address() -> io::Error {
    io::Error::new(io::ErrorKind::AddrNotAvailable, "the host has no address")
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn places() {
        let shown = |address| Place::new(address, 7).to_string();
        assert_eq!(
            ["localhost", "::1", "[::1]", "unix:/run/x"].map(shown),
            ["localhost:7", "[::1]:7", "[::1]:7", "unix:/run/x"]
        );
    }
}
