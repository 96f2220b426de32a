//! Proxies: one that counts, passes each request on as it is, and loses the answer to one of them; and one that spoils
//! answers.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// It serves as long as the test runs.
pub struct Proxy {
    url: String,
    count: Arc<AtomicUsize>,
}

impl Proxy {
    /// In front of `server`. When it has carried out so many requests, `then` is called, and the answer to the last
    /// of them goes nowhere.
    pub fn start(server: &str, last: usize, then: impl Fn() + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let count = Arc::new(AtomicUsize::new(0));
        let (server, counted, then) = (server.to_owned(), Arc::clone(&count), Arc::new(then));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (server, counted, then) = (server.clone(), Arc::clone(&counted), Arc::clone(&then));
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    // The client may be gone at any time, which is nothing to this test.
                    let Some(request) = read_request(&stream) else { return };
                    let number = counted.fetch_add(1, Ordering::SeqCst) + 1;
                    if number > last {
                        return;
                    }
                    let answer = ask(&server, &request);
                    if number == last {
                        then();
                    } else {
                        let _ = stream.write_all(&answer);
                    }
                });
            }
        });
        Self { url, count }
    }

    /// In front of `server`, whose answers `spoil` may change. It is told the request's first line.
    pub fn spoiling(server: &str, spoil: impl Fn(&str, Vec<u8>) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let count = Arc::new(AtomicUsize::new(0));
        let (server, counted, spoil) = (server.to_owned(), Arc::clone(&count), Arc::new(spoil));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (server, counted, spoil) = (server.clone(), Arc::clone(&counted), Arc::clone(&spoil));
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let Some(request) = read_request(&stream) else { return };
                    counted.fetch_add(1, Ordering::SeqCst);
                    let line =
                        String::from_utf8_lossy(&request).lines().next().unwrap_or_default().to_owned();
                    let _ = stream.write_all(&spoil(&line, ask(&server, &request)));
                });
            }
        });
        Self { url, count }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The requests that came.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

/// The body of a GET's answer.
pub fn get(server: &str, target: &str, token: &str) -> Vec<u8> {
    let host = server.trim_start_matches("http://");
    let head = format!(
        "GET {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    let mut answer = ask(server, head.as_bytes());
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    answer.split_off(end + 4)
}

/// A whole request, with its connection marked as used up by it.
fn read_request(stream: &TcpStream) -> Option<Vec<u8>> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut request = format!("{head}Connection: close\r\n\r\n").into_bytes();
    request.extend(body);
    Some(request)
}

fn ask(server: &str, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(server.trim_start_matches("http://")).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}
