"""What a broker of one's own gives: operations a second, and how long each takes."""
