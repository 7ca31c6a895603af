//! The one test program: everything that is tested through the real program or over the whole tree.

mod browser;
mod dependencies;
mod offline;
mod support;
mod webdriver;
