"""Worker processes for slow work, and the pipes to them."""
