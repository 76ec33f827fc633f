"""A language model as a coder: prompts, servers, replies, and what came of each sentence."""
