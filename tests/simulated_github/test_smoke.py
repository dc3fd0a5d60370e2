def test_a(gh, repo, pull, remote, commits):
    p = remote.get_pull(1)
    assert p.head.sha == commits[1]
    assert [(f.filename, f.status) for f in p.get_files()] == [
        ("src/New.sol", "added"),
        ("src/Vault.sol", "modified"),
    ]
    run = remote.create_check_run(name="solvet", head_sha=commits[1], status="in_progress")
    run.edit(
        status="completed",
        conclusion="success",
        output={
            "title": "t",
            "summary": "s",
            "annotations": [
                {
                    "path": "src/Vault.sol",
                    "start_line": 5,
                    "end_line": 5,
                    "annotation_level": "warning",
                    "message": "hm",
                }
            ],
        },
    )
    assert [a.path for a in run.get_annotations()] == ["src/Vault.sol"]
    c = p.create_issue_comment("hello")
    c.edit("x")
    assert [x.body for x in p.get_issue_comments()] == ["x"]
    cmp = remote.compare(commits[0], commits[1])
    assert cmp.merge_base_commit.sha == commits[0]
    _, data = remote.requester.requestJsonAndCheck(
        "POST",
        remote.requester.graphql_url,
        input={
            "query": '{repository(owner:"acme",name:"vaults"){a:object(expression:"main:README.md"){__typename oid ... on Blob {text byteSize isBinary isTruncated}}}}'
        },
    )
    print(data)
    assert gh.snapshot()["check_runs"][0]["conclusion"] == "success"
