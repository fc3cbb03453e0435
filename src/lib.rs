//! Peels the portal off scraped news.
pub mod article;
mod assemble;
pub mod cleaner;
pub mod error;
pub mod fixture;
pub mod judge;
pub mod limits;
pub mod metadata;
pub mod pipeline;
pub mod read;
pub mod segment;
pub mod write;
