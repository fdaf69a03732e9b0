"""Text in, the people who speak out: what a name looks like, by-lines, who presents in prose."""
