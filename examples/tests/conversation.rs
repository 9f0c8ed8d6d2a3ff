//! The facts of the conversation machine.

use std::time::Duration;

use fsm_examples::conversation::{ConversationEvent as Event, Line, Moderation, apology, converse};
use fsm_runtime::Outcome;
use fsm_runtime::driver::tokio::mailbox;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// Takes a while, and fails for one member.
#[derive(Clone, Copy)]
struct Slow(Duration);

impl Moderation for Slow {
    async fn ban(self, member: String) -> Result<String, String> {
        sleep(self.0).await;
        if member == "admin" { Err("no".to_owned()) } else { Ok(format!("{member} is gone")) }
    }
}

fn begin(takes: Duration) -> (Line<Slow>, JoinHandle<Vec<String>>) {
    let (line, mailbox) = mailbox(4);
    (line, tokio::spawn(async move { converse(Slow(takes), mailbox).await.unwrap() }))
}

fn ban(member: &'static str) -> Event {
    Event::Ban { member: Some(member.into()) }
}

async fn taken(line: &Line<Slow>, event: Event) {
    assert_eq!(line.send(event).await, Ok(Ok(Outcome::Taken)));
}

async fn refused(line: &Line<Slow>, event: Event) -> String {
    apology(&line.send(event).await.unwrap().unwrap_err())
}

#[tokio::test(start_paused = true)]
async fn a_ban_is_confirmed_and_done() {
    let (line, said) = begin(Duration::from_secs(2));
    taken(&line, ban("mallory")).await;
    taken(&line, Event::Confirm { yes: true }).await;
    assert_eq!(refused(&line, Event::Cancel).await, "cannot cancel from PROCESSING");
    sleep(Duration::from_secs(3)).await;
    taken(&line, ban("eve")).await;
    taken(&line, Event::Confirm { yes: false }).await;
    drop(line);
    assert_eq!(said.await.unwrap(), ["ban mallory?", "mallory is gone", "ban eve?"]);
}

#[tokio::test(start_paused = true)]
async fn what_has_no_transition_is_said() {
    let (line, _said) = begin(Duration::ZERO);
    assert_eq!(refused(&line, Event::Confirm { yes: true }).await, "cannot confirm from IDLE");
    taken(&line, Event::Ban { member: None }).await;
    assert_eq!(refused(&line, Event::Confirm { yes: true }).await, "cannot confirm from COLLECTING_INPUT");
}

#[tokio::test(start_paused = true)]
async fn silence_leads_back_to_idle_and_every_transition_starts_the_time_anew() {
    let (line, _said) = begin(Duration::ZERO);
    taken(&line, Event::Ban { member: None }).await;
    sleep(Duration::from_secs(299)).await;
    taken(&line, Event::Name { member: "mallory".into() }).await;
    sleep(Duration::from_secs(299)).await;
    taken(&line, Event::Cancel).await;
    taken(&line, ban("mallory")).await;
    sleep(Duration::from_secs(301)).await;
    assert_eq!(refused(&line, Event::Cancel).await, "cannot cancel from IDLE");
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_fails_leads_to_the_error_state_and_is_reported() {
    let (line, said) = begin(Duration::from_secs(1));
    taken(&line, ban("admin")).await;
    taken(&line, Event::Confirm { yes: true }).await;
    sleep(Duration::from_secs(2)).await;
    assert_eq!(refused(&line, Event::Confirm { yes: true }).await, "cannot confirm from ERROR");
    taken(&line, Event::Cancel).await;
    drop(line);
    assert_eq!(said.await.unwrap(), ["ban admin?", "no"]);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_takes_too_long_is_given_up() {
    let (line, said) = begin(Duration::from_secs(1000));
    taken(&line, ban("mallory")).await;
    taken(&line, Event::Confirm { yes: true }).await;
    sleep(Duration::from_secs(2000)).await;
    taken(&line, ban("eve")).await;
    taken(&line, Event::Cancel).await;
    drop(line);
    assert_eq!(said.await.unwrap(), ["ban mallory?", "ban eve?"]);
}
