"""The operator's pages about the install: health, queue, storage, ledger, this version. Members do not see them."""
