//! Two conversations at once: one ban that is confirmed, and one that cannot be.

use std::time::Duration;

use fsm_examples::conversation::{ConversationEvent as Event, Pretended, apology, converse};
use fsm_runtime::driver::tokio::mailbox;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut conversations = Vec::new();
    for member in ["mallory", "admin"] {
        let (line, mailbox) = mailbox(4);
        let said = tokio::spawn(converse(Pretended, mailbox));
        conversations.push((member, line, said));
    }
    for (member, line, said) in conversations {
        for event in
            [Event::Confirm { yes: true }, Event::Ban { member: Some(member.into()) }, Event::Confirm { yes: true }]
        {
            if let Ok(Err(error)) = line.send(event).await {
                println!("{member}: {}", apology(&error));
            }
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        let _ = line.send(Event::Cancel).await;
        drop(line);
        match said.await {
            Ok(Ok(said)) => said.iter().for_each(|text| println!("{member}: {text}")),
            Ok(Err(error)) => println!("{member}: {error}"),
            Err(error) => println!("{member}: {error}"),
        }
    }
}
