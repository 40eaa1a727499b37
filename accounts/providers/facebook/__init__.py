"""Facebook Login: Pages, and the Instagram accounts behind them."""
