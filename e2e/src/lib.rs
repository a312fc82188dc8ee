//! Black-box flows, browser, faults and load.
