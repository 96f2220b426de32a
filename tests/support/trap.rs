//! A place on this machine to which nothing may come: it notes whoever does.

use super::Result;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A listener that keeps what it is sent.
pub struct Trap {
    /// Its address.
    pub url: String,
    /// The first bytes of each connection.
    caught: Receiver<Vec<u8>>,
}

const PROBE: &[u8] = b"is this noticed?";

impl Trap {
    /// Sets it and tries it once.
    pub fn set() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (send, caught) = channel();
        // Ends with the process; a scenario that is over sends nothing more.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut stream = stream;
                let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
                let mut bytes = vec![0; 64 << 10];
                let count = stream.read(&mut bytes).unwrap_or_default();
                bytes.truncate(count);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{\"value\":[]}");
                if send.send(bytes).is_err() {
                    return;
                }
            }
        });
        let trap = Self { url: format!("http://{address}"), caught };
        TcpStream::connect(address)?.write_all(PROBE)?;
        match trap.caught.recv_timeout(Duration::from_secs(10)) {
            Ok(bytes) if bytes == PROBE => Ok(trap),
            other => Err(format!("the trap does not work: {other:?}").into()),
        }
    }

    /// That nobody came.
    pub fn finish(self) -> Result<()> {
        match self.caught.recv_timeout(Duration::from_millis(100)) {
            Err(_) => Ok(()),
            Ok(bytes) => {
                Err(format!("somebody came to the trap: {}", String::from_utf8_lossy(&bytes)).into())
            }
        }
    }
}
