//! The shape of the house, asserted: imports run down the floors, files form no circle, names and sizes hold.
mod circles;
mod imports;
mod names;
mod sizes;
mod sources;
