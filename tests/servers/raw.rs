//! HTTP/1.1 byte by byte, for what no client library sends.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A connection to a server.
#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// The status, or 0 if none came.
    pub status: u16,
    /// Names and values as they were sent.
    pub headers: Vec<(String, String)>,
    /// The body, without the framing.
    pub body: Vec<u8>,
    /// Whether the body was as long as it was said to be.
    pub whole: bool,
}

impl Reply {
    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Wire {
    /// Connects to `127.0.0.1:port`. Nothing is waited for longer than `patience`.
    pub fn to(origin: &str, patience: Duration) -> Wire {
        let address = origin.strip_prefix("http://").expect("an origin");
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_write_timeout(Some(patience)).expect("a timeout");
        let wire = Wire {
            stream,
            read: Vec::new(),
        };
        wire.wait(patience);
        wire
    }

    /// Waits no longer than `patience` for each piece of an answer from now on.
    pub fn wait(&self, patience: Duration) {
        let set = self.stream.set_read_timeout(Some(patience));
        set.expect("a timeout");
    }

    /// Sends bytes. A server that has heard enough may have hung up.
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// Reads one answer, the ones of `100 Continue` before it apart.
    pub fn reply(&mut self, head_only: bool) -> Reply {
        loop {
            let reply = self.one(head_only);
            if reply.status != 100 {
                return reply;
            }
        }
    }

    /// Reads one answer, whatever its status.
    pub fn one(&mut self, head_only: bool) -> Reply {
        let Some(end) = self.until(b"\r\n\r\n") else {
            return Reply::default();
        };
        let head: Vec<u8> = self.read.drain(..end).collect();
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let headers = lines.filter_map(|line| line.split_once(':'));
        let mut reply = Reply {
            status: status.and_then(|text| text.parse().ok()).unwrap_or(0),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
                .collect(),
            ..Reply::default()
        };
        if head_only || matches!(reply.status, 100 | 204 | 304) {
            reply.whole = true;
            return reply;
        }
        let length = reply.header("Content-Length").parse::<usize>();
        (reply.body, reply.whole) = match length {
            _ if reply.header("Transfer-Encoding") == "chunked" => self.chunks(),
            Ok(length) => {
                while self.read.len() < length && self.more() {}
                let there = self.read.len().min(length);
                (self.read.drain(..there).collect(), there == length)
            }
            // To the end of the connection: nobody can tell whether that is all.
            Err(_) => {
                while self.more() {}
                (self.read.drain(..).collect(), true)
            }
        };
        reply
    }

    fn chunks(&mut self) -> (Vec<u8>, bool) {
        let mut body = Vec::new();
        loop {
            let Some(end) = self.until(b"\r\n") else {
                return (body, false);
            };
            let line: Vec<u8> = self.read.drain(..end).collect();
            let line = String::from_utf8_lossy(&line).trim().to_owned();
            let Ok(size) = usize::from_str_radix(&line, 16) else {
                return (body, false);
            };
            while self.read.len() < size + 2 && self.more() {}
            if self.read.len() < size + 2 {
                body.append(&mut self.read);
                return (body, false);
            }
            body.extend(self.read.drain(..size));
            self.read.drain(..2);
            if size == 0 {
                return (body, true);
            }
        }
    }

    /// Reads until `mark`; gives back where it ends.
    fn until(&mut self, mark: &[u8]) -> Option<usize> {
        loop {
            let found = self.read.windows(mark.len()).position(|part| part == mark);
            if let Some(start) = found {
                return Some(start + mark.len());
            }
            if !self.more() {
                return None;
            }
        }
    }

    fn more(&mut self) -> bool {
        let mut buffer = [0; 16 << 10];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return false,
                Ok(count) => {
                    self.read.extend_from_slice(&buffer[..count]);
                    return true;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
    }
}
