//! Plays a story on an installation, killed or not. Whatever is killed is run again until it is done.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::moment::{Moment, Steps, Watch};
use crate::program::{Ended, Installation, signal};
use crate::story::{Act, Doing, Story};

/// Runs of one act at most, with those that are killed.
const RUNS_MAX: usize = 20;

/// Decides when a run is killed, and hears of it.
pub(crate) trait Killer {
    /// The moment for the next run of this act; `None` lets it end.
    fn moment(&mut self, act: usize) -> Option<Moment>;
    /// A run of this act ended, by itself or killed, with these steps.
    fn ended(&mut self, act: usize, steps: Steps, killed: bool);
}

/// Plays every act to its end.
pub(crate) fn play(story: &Story, installation: &mut Installation, killer: &mut impl Killer) {
    for (number, act) in story.acts.iter().enumerate() {
        installation.now = act.at;
        installation.mails = act.stage == crate::story::Stage::Smtp;
        perform(number, act, installation, killer);
    }
}

fn perform(number: usize, act: &Act, installation: &mut Installation, killer: &mut impl Killer) {
    match act.doing {
        Doing::HideBlob => fs::rename(blob(installation), hidden(installation)).unwrap(),
        Doing::ShowBlob => fs::rename(hidden(installation), blob(installation)).unwrap(),
        _ => {
            let mut was_killed = false;
            let mut runs = 0;
            while !is_done(number, act, installation, killer, &mut was_killed) {
                installation.wait_for_leases();
                runs += 1;
                assert!(runs < RUNS_MAX, "{:?} does not end", act.doing);
            }
        }
    }
}

/// Runs the act once; says whether nothing of it is left to do.
fn is_done(
    number: usize,
    act: &Act,
    installation: &Installation,
    killer: &mut impl Killer,
    was_killed: &mut bool,
) -> bool {
    let moment = killer.moment(number);
    // Measured and watched alike, so that moments fall where they were seen.
    let mut watch = Watch::new(installation);
    let arguments = arguments(act, installation);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut running = installation.start(&arguments);
    let process = running.process();
    let steps = std::thread::scope(|scope| {
        if matches!(act.doing, Doing::Serve) && moment.is_none() {
            scope.spawn(|| end_when_idle(installation, process));
        }
        watch.follow(&mut running, moment)
    });
    let ended = running.wait();
    let killed = ended.status.signal() == Some(9);
    killer.ended(number, steps, killed);
    *was_killed |= killed;
    !killed && is_answer_good(act, installation, &ended, *was_killed)
}

fn arguments(act: &Act, installation: &Installation) -> Vec<String> {
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    match &act.doing {
        Doing::Command(arguments) => arguments.clone(),
        Doing::Work => words(&["work", "--until-idle", "--dry-run", "--json"]),
        Doing::HandOver => words(&["work", "--until-idle", "--json"]),
        Doing::Serve => words(&["serve", "--listen", "127.0.0.1:0", "--quiet"]),
        Doing::Reply => words(&["replies", "read", &reply(installation)]),
        Doing::Retry => words(&["batch", "retry", &latest_batch(installation, "number")]),
        Doing::HideBlob | Doing::ShowBlob => unreachable!("done by ourselves"),
    }
}

/// Whether a run that ended by itself did all there was to do. After a kill the first run may have done it already.
fn is_answer_good(act: &Act, installation: &Installation, ended: &Ended, was_killed: bool) -> bool {
    let code = ended.status.code();
    match act.doing {
        Doing::Retry if was_killed && code == Some(1) => true,
        Doing::Work | Doing::HandOver => {
            assert!(matches!(code, Some(0 | 1)), "{:?}: {ended:?}", act.doing);
            let answer: Value = serde_json::from_str(&ended.answer).unwrap();
            let hands_over = matches!(act.doing, Doing::HandOver);
            answer["next_due"].is_null() && (!hands_over || nothing_is_pending(installation))
        }
        Doing::Serve => {
            assert_eq!(code, Some(0), "{ended:?}");
            nothing_is_pending(installation)
        }
        _ => {
            assert_eq!(code, Some(0), "{:?}: {ended:?}", act.doing);
            true
        }
    }
}

fn nothing_is_pending(installation: &Installation) -> bool {
    let status = installation.status();
    let counts = [
        &status["jobs"]["waiting"],
        &status["deliveries"]["pending"],
        &status["notifications"]["approved"],
    ];
    counts.iter().all(|count| **count == 0)
}

/// Asks `serve` to stop when it has nothing left to do, or cannot have: what a dead worker holds waits for the clock.
fn end_when_idle(installation: &Installation, process: u32) {
    let mut before = None;
    loop {
        std::thread::sleep(Duration::from_millis(300));
        let now = installation.status();
        if nothing_is_pending(installation) || before.as_ref() == Some(&now) {
            return signal(process, "TERM");
        }
        before = Some(now);
    }
}

/// A file with the answer to the only message that its recipient got.
fn reply(installation: &Installation) -> String {
    let found = installation.place.texts(
        "SELECT MIN(message_id) || ' ' || address FROM delivery WHERE state = 2
         GROUP BY address HAVING COUNT(DISTINCT message_id) = 1 ORDER BY address LIMIT 1",
    );
    let (message_id, from) = found[0].split_once(' ').unwrap();
    let mail = format!(
        "From: {from}\r\nTo: answers@csirt.example\r\nSubject: Re: a message\r\nMessage-ID: <1@reply.example>\r\n\
         In-Reply-To: {message_id}\r\n\r\nSOLVED\r\n"
    );
    let path = installation.data().join("reply.eml");
    fs::write(&path, mail).unwrap();
    path.display().to_string()
}

fn latest_batch(installation: &Installation, field: &str) -> String {
    let list = installation.done(&["batch", "list", "--limit", "1", "--json"]);
    let list: Value = serde_json::from_str(&list).unwrap();
    list[0][field].to_string()
}

/// The file of the latest delivery.
pub(crate) fn blob(installation: &Installation) -> PathBuf {
    let names = installation
        .place
        .texts("SELECT blob FROM batch ORDER BY batch_no DESC LIMIT 1");
    let name = &names[0];
    let folders = format!("blobs/{}/{}/{name}.zst", &name[0..2], &name[2..4]);
    installation.data().join(folders)
}

fn hidden(installation: &Installation) -> PathBuf {
    installation.data().join("hidden.zst")
}
