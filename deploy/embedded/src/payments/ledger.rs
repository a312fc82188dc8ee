use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use super::money::Amount;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Pending,
    Succeeded,
    Canceled,
}

/// A payment as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Payment {
    pub id: String,
    /// The shop's idempotence key.
    pub key: String,
    pub status: Status,
    pub amount: Amount,
    pub description: String,
    pub metadata: Value,
    pub return_url: Url,
    pub created_at: String,
    /// Why it was canceled.
    pub reason: Option<String>,
    /// Minor units given back.
    pub refunded: i64,
}

impl Payment {
    /// As the API answers it.
    pub fn answer(&self, base: &str) -> Value {
        let mut answer = json!({
            "id": self.id,
            "status": self.status,
            "paid": self.status == Status::Succeeded,
            "amount": self.amount,
            "description": self.description,
            "metadata": self.metadata,
            "created_at": self.created_at,
            "refundable": self.status == Status::Succeeded,
            "test": true,
        });
        if self.status == Status::Pending {
            let url = format!("{base}/checkout/{}", self.id);
            answer["confirmation"] = json!({ "type": "redirect", "confirmation_url": url });
        }
        if let Some(reason) = &self.reason {
            answer["cancellation_details"] = json!({ "party": "payment_network", "reason": reason });
        }
        answer
    }
}

/// Money given back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refund {
    pub id: String,
    pub key: String,
    pub payment_id: String,
    pub amount: Amount,
    pub created_at: String,
}

/// A line of the journal: the newest one about an id counts.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Entry {
    Payment(Payment),
    Refund(Refund),
}

/// Why money is not given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundError {
    UnknownPayment,
    NotPaid,
    TooMuch,
    /// The key was used for another refund.
    KeyReused,
}

/// All payments and refunds. Every change is in the journal before it is answered.
#[derive(Default)]
pub struct Ledger(Mutex<Books>);

#[derive(Default)]
struct Books {
    payments: HashMap<String, Payment>,
    payment_keys: HashMap<String, String>,
    refunds: HashMap<String, Refund>,
    journal: Option<File>,
}

impl Ledger {
    /// Reads the journal, if there is one, and appends to it from now on. A last line that was cut off by a crash
    /// was never answered and is left out.
    pub fn open(file: &Path) -> io::Result<Self> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut options = OpenOptions::new();
        let mut journal = options.read(true).append(true).create(true).open(file)?;
        let mut books = Books::default();
        let mut cut_off = false;
        for line in BufReader::new(&journal).lines() {
            let line = line?;
            cut_off = false;
            match serde_json::from_str(&line) {
                Ok(Entry::Payment(payment)) => books.keep_payment(payment),
                Ok(Entry::Refund(refund)) => books.keep_refund(refund),
                Err(_) => cut_off = true,
            }
        }
        if cut_off {
            journal.write_all(b"\n")?;
        }
        books.journal = Some(journal);
        Ok(Self(Mutex::new(books)))
    }

    /// Registers a payment; the key's earlier payment where there is one.
    pub fn register(&self, payment: Payment) -> io::Result<Payment> {
        let mut books = self.lock();
        if let Some(known) = books
            .payment_keys
            .get(&payment.key)
            .and_then(|id| books.payments.get(id))
        {
            return Ok(known.clone());
        }
        books.write(&Entry::Payment(payment.clone()))?;
        books.keep_payment(payment.clone());
        Ok(payment)
    }

    /// A payment.
    pub fn payment(&self, id: &str) -> Option<Payment> {
        self.lock().payments.get(id).cloned()
    }

    /// Ends a pending payment. Answers the payment and whether this call ended it; `None` when there is none.
    pub fn finish(
        &self,
        id: &str,
        status: Status,
        reason: Option<&str>,
    ) -> io::Result<Option<(Payment, bool)>> {
        let mut books = self.lock();
        let Some(mut payment) = books.payments.get(id).cloned() else {
            return Ok(None);
        };
        if payment.status != Status::Pending {
            return Ok(Some((payment, false)));
        }
        payment.status = status;
        payment.reason = reason.map(str::to_owned);
        books.write(&Entry::Payment(payment.clone()))?;
        books.keep_payment(payment.clone());
        Ok(Some((payment, true)))
    }

    /// Gives money back, once for each key.
    pub fn refund(&self, refund: Refund, minor: i64) -> io::Result<Result<Refund, RefundError>> {
        let mut books = self.lock();
        if let Some(known) = books.refunds.get(&refund.key) {
            let same = known.payment_id == refund.payment_id && known.amount == refund.amount;
            return Ok(if same {
                Ok(known.clone())
            } else {
                Err(RefundError::KeyReused)
            });
        }
        let Some(mut payment) = books.payments.get(&refund.payment_id).cloned() else {
            return Ok(Err(RefundError::UnknownPayment));
        };
        if payment.status != Status::Succeeded {
            return Ok(Err(RefundError::NotPaid));
        }
        let paid = payment.amount.minor().unwrap_or_default();
        if payment.amount.currency != refund.amount.currency || minor > paid - payment.refunded {
            return Ok(Err(RefundError::TooMuch));
        }
        payment.refunded += minor;
        books.write(&Entry::Payment(payment.clone()))?;
        books.write(&Entry::Refund(refund.clone()))?;
        books.keep_payment(payment);
        books.keep_refund(refund.clone());
        Ok(Ok(refund))
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        // The books change only after the journal is written, so a panic leaves them whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    fn keep_payment(&mut self, payment: Payment) {
        self.payment_keys.insert(payment.key.clone(), payment.id.clone());
        self.payments.insert(payment.id.clone(), payment);
    }

    fn keep_refund(&mut self, refund: Refund) {
        self.refunds.insert(refund.key.clone(), refund);
    }

    fn write(&mut self, entry: &Entry) -> io::Result<()> {
        let Some(journal) = &mut self.journal else {
            return Ok(());
        };
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        journal.write_all(&line)
    }
}
