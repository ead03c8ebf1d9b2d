//! All that is Wawp's: requests as data, answers decoded, error codes, published events, the vendor's hosts. It must not
//! send, wait or read the clock.

pub mod decode;
pub mod encode;
pub mod object;
