"""The exchange itself: no socket, no clock, no disk, no chance."""
