//! SCRAM-SHA-256 (RFC 5802, RFC 7677), the client's side, without channel binding.

use super::sha256::{digest, hmac, pbkdf2, xor};
use web::base64;

pub struct Scram {
    password: String,
    nonce: String,
    first: String,
    signature: Vec<u8>,
}

impl Scram {
    /// PostgreSQL takes the user from the start of the connection; its name here may be empty.
    pub fn new(user: &str, password: &str, nonce: &str) -> Self {
        Scram {
            password: password.to_string(),
            nonce: nonce.to_string(),
            first: format!("n={user},r={nonce}"),
            signature: Vec::new(),
        }
    }

    pub fn first_message(&self) -> String {
        format!("n,,{}", self.first)
    }

    /// The proof that the password is known; `None` when the challenge is malformed or not for us.
    pub fn final_message(&mut self, challenge: &str) -> Option<String> {
        let nonce = attribute(challenge, 'r').filter(|nonce| nonce.starts_with(&self.nonce))?;
        let salt = base64::decode(attribute(challenge, 's')?)?;
        let iterations = attribute(challenge, 'i')?
            .parse()
            .ok()
            .filter(|count| (1..1_000_000).contains(count))?;
        let salted = pbkdf2(self.password.as_bytes(), &salt, iterations);
        let client_key = hmac(&salted, b"Client Key");
        let without_proof = format!("c=biws,r={nonce}");
        let signed = format!("{},{challenge},{without_proof}", self.first);
        let proof = xor(&client_key, &hmac(&digest(&client_key), signed.as_bytes()));
        self.signature = hmac(&hmac(&salted, b"Server Key"), signed.as_bytes()).to_vec();
        Some(format!("{without_proof},p={}", base64::encode(&proof)))
    }

    /// Whether the server knows the password, too.
    pub fn verify(&self, outcome: &str) -> bool {
        !self.signature.is_empty() && attribute(outcome, 'v').and_then(base64::decode).as_ref() == Some(&self.signature)
    }
}

fn attribute(message: &str, name: char) -> Option<&str> {
    message
        .split(',')
        .find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHALLENGE: &str = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    #[test]
    fn agrees_with_the_exchange_of_rfc_7677() {
        let mut scram = Scram::new("user", "pencil", "rOprNGfwEbeRWgbNEkqO");
        assert_eq!(scram.first_message(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        let proof = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                     p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        assert_eq!(scram.final_message(CHALLENGE).as_deref(), Some(proof));
        assert!(scram.verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
        assert!(!scram.verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G8="));
    }

    #[test]
    fn refuses_a_challenge_for_another_nonce_and_an_outcome_without_one() {
        let mut scram = Scram::new("user", "pencil", "another");
        assert_eq!(scram.final_message(CHALLENGE), None);
        assert!(!scram.verify("v="));
    }
}
