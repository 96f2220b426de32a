//! The arithmetic of lower bounds: what Graph gives in one request.

/// What a page of policies is called in a row.
pub const LIST: &str = "pages of 100";

/// Objects on a page of a list, where the server has its way.
const PAGE: usize = 100;
/// Requests in a batch, by Graph's limit, and names in one filter that a URL has room for.
const BATCH: usize = 20;
const NAMES: usize = 15;

/// How many pages so many objects take.
pub fn pages(objects: usize) -> usize {
    objects.div_ceil(PAGE)
}

/// How many batches so many requests take.
pub fn batches(requests: usize) -> usize {
    requests.div_ceil(BATCH)
}

/// How many batches it takes to look up so many names, as many in one filter as fit.
pub fn batches_of_names(names: usize) -> usize {
    names.div_ceil(BATCH * NAMES)
}

/// How many batches it takes with one name in each request.
pub fn batches_of_single_names(names: usize) -> usize {
    names.div_ceil(BATCH)
}
