# One process makes the store before anything logs: several on a fresh SQLite file break it.
rule initialise_tracking:
    output:
        store=f"{OUT}tracking.json",
    log:
        f"{OUT}logs/tracking/initialise.log",
    benchmark:
        f"{OUT}logs/tracking/initialise.benchmark.tsv"
    conda:
        "../environment.yml"
    params:
        folder=subpath(output.store, parent=True),
        settings=settings_of("tracking"),
        server=SERVER_DIGEST,
    shell:
        "screening initialise-tracking {params.folder:q} --settings {params.settings:q}"
        " --output {output.store:q} 2> {log:q}"


rule track:
    input:
        store=rules.initialise_tracking.output.store,
        sources=library_files,
        ranking=rules.rank.output.ranking,
        table=rules.rank.output.table,
        pick=rules.pick.output.pick,
        plate=rules.pick.output.plate,
        structures=rules.pick.output.structures,
        changes=rules.compare.output.changes,
        differences=rules.compare.output.summary,
        state=rules.compare.output.state,
        page=rules.report.output.page,
        curation=rules.report.output.curation,
        summary=rules.report.output.summary,
        stats=rules.report.output.stats,
    output:
        summary=f"{OUT}{{library}}/summary.json",
    log:
        f"{OUT}logs/{{library}}/track.log",
    benchmark:
        f"{OUT}logs/{{library}}/track.benchmark.tsv"
    conda:
        "../environment.yml"
    params:
        folder=subpath(output.summary, parent=True),
        config=CONFIG_JSON,
        config_digest=CONFIG_DIGEST,
        code=code_digest("track"),
    shell:
        "screening track {params.folder:q} {input.sources:q} --store {input.store:q}"
        " --config {params.config:q} --config-digest {params.config_digest} 2> {log:q}"
