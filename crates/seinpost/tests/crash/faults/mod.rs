//! Things that break around the program.
