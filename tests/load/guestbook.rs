//! The guestbook experiment: all guestbooks behind one web server, written in by
//! few and by many, alone and beside readers.

use crate::behind::{Kept, Pace, Site};
use crate::book::{self, Book};
use crate::disk::{self, WRITERS};
use crate::rivals::Rivals;
use crate::server::{Folder, Kind};
use crate::writes::{Beside, Writing};
use crate::{Bench, Result, failed};

impl Bench {
    /// What the disk allows, without any web server.
    pub fn disk(&mut self) -> Result<()> {
        let Pace { time, turns } = self.plan.disk;
        self.figures.disk = disk::measure(time, turns)?;
        Ok(())
    }

    /// The experiment behind one web server.
    pub fn guestbooks(&mut self, kind: Kind, rivals: &Rivals) -> Result<()> {
        let folder = Folder::on_disk()?;
        let data = book::ours(&folder, &self.mayfly)?;
        let secret = book::secret(&data)?;
        folder.hand_over("data")?;
        let site = Site::over(kind, &self.programs, None, &data, folder, Kept::ByPrograms)?;
        let mut books = vec![Book {
            name: "Mayfly".to_owned(),
            address: site.address(),
            target: mayfly::url::GUESTBOOK.to_owned(),
            file: data.join("guestbook.db"),
            secret: Some(secret),
        }];
        books[0].check()?;
        let server = rivals.behind(kind)?;
        for (name, target, file) in &rivals.books {
            let book = Book {
                name: (*name).to_owned(),
                address: server.address,
                target: target.clone(),
                file: file.clone(),
                secret: None,
            };
            match book.check() {
                Ok(()) => books.push(book),
                Err(error) => {
                    let row = format!("the guestbook of {name} behind {}", kind.name());
                    self.leave_out(&row, &error.to_string());
                }
            }
        }
        let mut writing = Writing::new(kind.name(), books);
        let pace = self.plan.writes;
        for writers in WRITERS {
            writing.turns(usize::MAX, writers, Beside::Nothing, pace)?;
        }
        for writers in WRITERS {
            writing.turns(3, writers, Beside::Reading, pace)?;
        }
        if kind == Kind::Lighttpd {
            let (most, minute) = (WRITERS[WRITERS.len() - 1], self.plan.minute);
            writing.turns(1, most, Beside::Nothing, minute)?;
            self.figures.minute = writing.series.pop();
        }
        self.figures.found.append(&mut writing.look()?);
        self.figures.written.append(&mut writing.series);
        Ok(())
    }

    /// Insists that Mayfly has kept each message that it answered, once, and has
    /// refused none.
    pub fn kept(&self) -> Result<()> {
        let mut ours = self.figures.found.iter().filter(|f| f.name == "Mayfly");
        match ours.find(|found| found.lost + found.twice + found.refused > 0) {
            Some(found) => Err(failed(format!(
                "behind {}: of {} messages {} were lost, {} are there twice, and {} requests were refused",
                found.server, found.answered, found.lost, found.twice, found.refused
            ))),
            None => Ok(()),
        }
    }
}
