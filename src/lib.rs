//! Peels the portal off scraped news.
pub mod article;
pub mod cleaner;
pub mod fixture;
pub mod judge;
pub mod metadata;
pub mod segment;
pub mod write;
