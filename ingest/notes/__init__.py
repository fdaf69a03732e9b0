"""Files in, posts and their blocks out: finding and decoding files, front matter, Markdown with line numbers."""
