"""The systems here are gated by the harness; their tests are their own and not ours."""

collect_ignore_glob = ["*"]
