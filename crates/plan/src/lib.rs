//! Pure: diff, order, guards, the plan as data.
