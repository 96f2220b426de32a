//! Executes a plan: order, verify, recover. Makes no choices.
