//! How much is measured, and for how long.

use std::time::Duration;

use crate::behind::Pace;

/// How much of everything.
pub struct Plan {
    /// The posts of the small, the middle and the large blog.
    pub sizes: [u64; 3],
    /// Processes started of each program; a slow rival gets fewer.
    pub rounds: usize,
    /// The same of the rivals and of what they are compared with.
    pub rival_rounds: usize,
    /// How many requests are asked at once.
    pub connections: &'static [usize],
    /// Shares of what `empty` reaches, to be asked for at a constant rate.
    pub rates: &'static [f64],
    /// As fast as answers come.
    pub closed: Pace,
    /// At a constant rate.
    pub constant: Pace,
    /// Mayfly's home page and the rivals'.
    pub against: Pace,
    /// Ways to write, without a web server.
    pub disk: Pace,
    /// Guestbooks behind a web server.
    pub writes: Pace,
    /// 64 writers without a pause.
    pub minute: Pace,
    /// How long wrk counts too.
    pub check: Duration,
}

impl Plan {
    /// What `make bench` does, in less than ten minutes on two cores.
    pub fn full() -> Plan {
        let pace = |millis, turns| Pace {
            time: Duration::from_millis(millis),
            turns,
        };
        Plan {
            sizes: [100, 10_000, 1_000_000],
            rounds: 500,
            rival_rounds: 100,
            connections: &[1, 2, 8, 32],
            rates: &[0.2, 0.4, 0.6, 0.7, 0.8, 0.9],
            closed: pace(300, 5),
            constant: pace(500, 5),
            against: pace(400, 5),
            disk: pace(500, 3),
            writes: pace(500, 3),
            minute: pace(60_000, 1),
            check: Duration::from_secs(3),
        }
    }

    /// The same with less of everything, in a minute.
    pub fn quick() -> Plan {
        let pace = |millis, turns| Pace {
            time: Duration::from_millis(millis),
            turns,
        };
        Plan {
            sizes: [100, 10_000, 100_000],
            rounds: 80,
            rival_rounds: 15,
            connections: &[1, 8],
            rates: &[0.2, 0.5, 0.8],
            closed: pace(100, 3),
            constant: pace(150, 3),
            against: pace(100, 3),
            disk: pace(150, 1),
            writes: pace(80, 3),
            minute: pace(3000, 1),
            check: Duration::from_secs(1),
        }
    }
}
