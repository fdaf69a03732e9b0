"""The blocks of one talk in, its takeaways out, ranked."""
