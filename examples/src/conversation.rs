//! A conversation with one moderator, whose handlers take their time.

use std::future::Future;

use fsm_runtime::driver::tokio::{Handle, Mailbox, Tasks, run_with_tasks};
use fsm_runtime::{Error, RunId, Text};

fsm_runtime::fsm_file!("machines/conversation.fsm");

/// What bans members: a service somewhere else.
pub trait Moderation: Clone + Send + 'static {
    /// Bans a member, and tells what was done, or why it could not be.
    fn ban(self, member: String) -> impl Future<Output = Result<String, String>> + Send + 'static;
}

/// Bans nobody, after a while.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pretended;

impl Moderation for Pretended {
    async fn ban(self, member: String) -> Result<String, String> {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        if member == "admin" {
            Err("an administrator cannot be banned".to_owned())
        } else {
            Ok(format!("{member} is banned"))
        }
    }
}

/// What a bot does for one conversation.
#[derive(Debug)]
pub struct Bot<M> {
    moderation: M,
    running: Tasks<Result<String, String>>,
    /// What it has said, in order.
    pub said: Vec<String>,
}

impl<M: Moderation> Bot<M> {
    /// A bot that has said nothing yet.
    pub fn new(moderation: M) -> Self {
        Bot { moderation, running: Tasks::default(), said: Vec::new() }
    }
}

impl<M: Moderation> ConversationHost for Bot<M> {
    fn start_ban(&mut self, run: RunId, member: &str) {
        self.running.start(run, self.moderation.clone().ban(member.to_owned()));
    }

    fn cancel_ban(&mut self, run: RunId) {
        self.running.cancel(run);
    }

    fn emit(&mut self, output: ConversationOutput) {
        self.said.push(match output {
            ConversationOutput::Reply { text } => text.to_string(),
            ConversationOutput::Asked { member } => format!("ban {member}?"),
        });
    }
}

/// Where the events of a conversation are sent to.
pub type Line<M> = Handle<Conversation<Bot<M>>>;

/// Holds a conversation until nobody can say anything any more, and gives back what the bot has said.
///
/// # Errors
///
/// Why the machine could not be started.
pub async fn converse<M: Moderation>(
    moderation: M,
    mailbox: Mailbox<Conversation<Bot<M>>>,
) -> Result<Vec<String>, ConversationError> {
    let conversation = Conversation::start(Bot::new(moderation))?;
    let ended = run_with_tasks(
        conversation,
        mailbox,
        async |conversation| conversation.host_mut().running.next().await,
        |conversation, (run, end)| conversation.finish_ban(run, end.map(Text::from).map_err(Text::from)),
        |_, _| {},
    )
    .await;
    Ok(ended.into_host().said)
}

/// An answer for whoever sent an event that was refused: `cannot confirm from IDLE`.
#[must_use]
pub fn apology(error: &Error<ConversationState, ConversationEventKind>) -> String {
    error.to_string()
}
