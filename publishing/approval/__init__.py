"""Approving from a mail: links that open one post, the mails with them, and the page behind them."""
