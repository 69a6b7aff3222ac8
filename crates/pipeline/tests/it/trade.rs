//! Upkeep asks the trade register about numbers of applicants.

use model::TradeState;
use pipeline::upkeep::trade::ask;
use store::{StoreError, TradeAnswer};
use testkit::{Desk, TRADE_KEY, TestStore, TradeServer, both_engines, now};
use trade::TradeRegister;

use crate::programme;

/// A desk with an application for each number, about which the register is to be asked.
fn desk_with_questions(test: &TestStore, server: &TradeServer, numbers: &[&str]) -> Desk {
    let mut desk = Desk::of(test);
    let url = server.url().parse().unwrap();
    desk.flow.trade_register = Some(TradeRegister::new(&url, TRADE_KEY, None, true).unwrap());
    let added = desk.flow.store.write(|tx| {
        let programme_no = programme::add(tx)?;
        for number in numbers {
            let application_no = programme::apply(tx, programme_no, "bakery")?;
            let question = TradeAnswer::due(application_no, number.parse().unwrap(), now());
            tx.put_trade_answer(&question)?;
        }
        Ok::<_, StoreError>(())
    });
    added.unwrap();
    desk
}

fn a_register_that_is_silent_is_asked_again_an_hour_later_until_it_answers(test: &TestStore) {
    let bakery = TradeServer::profile("90000017", "Bakery Example", "BeslotenVennootschap");
    let server = TradeServer::start(&[("90000017", bakery)]);
    let mut desk = desk_with_questions(test, &server, &["90000017", "90000025"]);
    let state = |desk: &Desk, application_no| {
        let kept = desk.flow.store.read(|tx| tx.trade_answer(application_no));
        kept.unwrap().unwrap().state
    };
    use TradeState::{Known, Unknown, Waiting};
    server.break_down(true);
    assert_eq!(ask(&desk.flow).unwrap(), 0);
    assert_eq!(
        server.asked(),
        ["90000017"],
        "nobody else is asked after a silence"
    );
    assert_eq!(
        [1, 2].map(|number| state(&desk, number)),
        [Waiting, Waiting]
    );
    server.break_down(false);
    assert_eq!(ask(&desk.flow).unwrap(), 1, "the first has an hour to go");
    assert_eq!(
        [1, 2].map(|number| state(&desk, number)),
        [Waiting, Unknown]
    );
    desk.at(now().plus_seconds(3_600));
    assert_eq!(ask(&desk.flow).unwrap(), 1);
    assert_eq!(state(&desk, 1), Known);
    assert_eq!(ask(&desk.flow).unwrap(), 0);
    assert_eq!(server.asked().len(), 3);
    desk.flow.trade_register = None;
    assert_eq!(ask(&desk.flow).unwrap(), 0);
}

fn an_answer_that_comes_while_an_application_is_withdrawn_is_not_kept(test: &TestStore) {
    let server = TradeServer::start(&[]);
    let desk = desk_with_questions(test, &server, &["90000017"]);
    std::thread::scope(|scope| {
        let withdrawn = desk.flow.store.write(|tx| {
            tx.withdraw_application(1)?;
            let asks = scope.spawn(|| ask(&desk.flow).unwrap());
            while server.asked().is_empty() {
                std::thread::yield_now();
            }
            // Long enough for it to come to where it keeps the answer.
            std::thread::sleep(std::time::Duration::from_millis(300));
            Ok::<_, StoreError>(asks)
        });
        withdrawn.unwrap().join().unwrap();
    });
    let kept = desk.flow.store.read(|tx| tx.trade_answer(1));
    assert_eq!(kept.unwrap(), None);
}

both_engines!(
    a_register_that_is_silent_is_asked_again_an_hour_later_until_it_answers,
    an_answer_that_comes_while_an_application_is_withdrawn_is_not_kept,
);
