"""From a caption to an approved post: what exactly goes out."""
