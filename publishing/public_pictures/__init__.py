"""Where platforms fetch the pictures from."""
