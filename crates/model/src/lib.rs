//! The nouns of entrant: tables of types, values, addresses, references, diagnostics. No I/O.
