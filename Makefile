# DotKV. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := build

# The JDK 25 (or later) to build and run with: JAVA_HOME when it is one, else the first found in the usual places.
JDK := $(shell for home in "$$JAVA_HOME" /usr/lib/jvm/* /opt/java/* /opt/jdk* $$HOME/.sdkman/candidates/java/* $$HOME/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do \
	[ -x "$$home/bin/javac" ] || continue; \
	version=$$("$$home/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p'); \
	[ "$${version:-0}" -ge 25 ] && { echo "$$home"; break; }; done)
MVN := JAVA_HOME="$(JDK)" MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow $(MAVEN_OPTS)" mvn -B -ntp

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]++:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.PHONY: jdk
jdk:
	@[ -n "$(JDK)" ] || { echo "DotKV needs a JDK 25 or later, and none was found in JAVA_HOME or the usual places." >&2; \
	echo "Install one (for example the package temurin-25-jdk of the Adoptium project), or set JAVA_HOME to it." >&2; exit 1; }
	@command -v mvn >/dev/null || { echo "DotKV is built by Maven 3.8.6 or later: install the package maven." >&2; exit 1; }

.PHONY: print-jdk
print-jdk:
	@echo "$(JDK)"

# Makes Maven print warnings and errors only.
QUIET := -Dorg.slf4j.simpleLogger.defaultLogLevel=warn
BUF := npx --yes @bufbuild/buf@1.75.0

DISTRIBUTION := node-launcher/target/dotkv/lib/dotkv.jar
# Classes as they stand after a start of the program, which halves the time of the next; the program does without, too.
CACHE := node-launcher/target/dotkv/lib/dotkv.aot

.PHONY: build
build: jdk ## build the distribution into node-launcher/target/dotkv, without tests
	@rm -f $(CACHE)
	@echo "building DotKV; this takes a few minutes the first time"
	@set -o pipefail; $(MVN) package -DskipTests | { grep --line-buffered -E '^\[INFO\] Building .*\[[0-9]+/[0-9]+\]$$|^\[(WARN|ERROR)|^[^[]' || true; }
	@touch $(DISTRIBUTION)
	@JAVA_HOME="$(JDK)" DOTKV_JAVA_OPTS="-XX:AOTCacheOutput=$(CACHE)" bin/dotkv get nothing --endpoint localhost:1 >/dev/null 2>&1 || true
	@echo "built: bin/dotkv"

# Tests are unit and law tests unless they have a tag.
SLOW := integration | acceptance | simulation
MODULES := $(shell sed -n 's,.*<module>\(.*\)</module>.*,\1,p' pom.xml)

.PHONY: check
check: jdk ## format check, compile, unit and law tests of the modules that changed since their last check
	@touch .test-started
	@changed=; for module in $(MODULES); do \
	  [ -n "$$(find $$module/src $$module/pom.xml pom.xml -newer $$module/target/checked -print -quit 2>&1)" ] || continue; \
	  rm -f $$module/target/checked; changed="$$changed $$module"; \
	done; \
	[ -n "$$changed" ] || { echo "no module changed since its last check"; rm -f .test-started; exit; }; \
	echo "checking$$changed"; \
	$(MVN) $(QUIET) test -pl "$$(echo $$changed | tr ' ' ,)" -am -Dcheck '-DexcludedGroups=$(SLOW)' || exit; \
	for module in $$changed; do mkdir -p $$module/target; touch -r .test-started $$module/target/checked; done
	@[ ! -e .test-started ] || $(MAKE) -s times

# The wall time of the tests that just ran and the slowest classes, from the reports of surefire.
.PHONY: times
times:
	@echo "test classes that took longest, in seconds:"; \
	find . -path '*/surefire-reports/*.txt' -newer .test-started -exec grep -h '^Tests run' {} + 2>/dev/null \
	  | sed -n 's/.*Time elapsed: \([0-9.]*\) s.* -- in \(.*\)/\1 \2/p' | sort -rn \
	  | awk '{ sum += $$1 } NR <= 10 { printf "%8.1f %s\n", $$1, $$2 } END { printf "%8.1f all %d classes\n", sum, NR }'; \
	echo "total time: $$(( $$(date +%s) - $$(stat -c %Y .test-started 2>/dev/null || stat -f %m .test-started) )) s"; rm -f .test-started

.PHONY: test
test: jdk ## run all tests; TAG=acceptance runs only those with a tag (integration, acceptance, simulation)
	@touch .test-started
	$(MVN) verify $(if $(TAG),'-Dgroups=$(TAG)')
	@$(MAKE) -s times

.PHONY: soak
soak: jdk ## run all tests with their long figures, and simulations for an hour; this takes hours
	@touch .test-started
	$(MVN) verify -Ddotkv.figures=full -Ddotkv.seeds=10 -Ddotkv.simulation.seconds=3600 -Ddotkv.membership.seconds=120 \
	  -Ddotkv.retries=10000 -Ddotkv.kills=60 -Ddotkv.memory.seconds=600
	@$(MAKE) -s times
	$(MAKE) model RUNS=20000

.PHONY: verify
verify: proto-lint test ## all that a change must pass: format, proto lint, compatibility, architecture, tests; changes no file

.PHONY: fix
fix: jdk ## format the sources
	$(MVN) $(QUIET) spotless:apply
	@if command -v npx >/dev/null; then cd proto && $(BUF) format -w; fi

.PHONY: proto-lint
proto-lint: ## check the protos: style, comments, and compatibility with the baseline
	@command -v npx >/dev/null || { echo "The protos are checked by buf, which comes with npm: install the package npm." >&2; exit 1; }
	cd proto && $(BUF) lint && $(BUF) format -d --exit-code && $(BUF) breaking --against baseline.binpb

.PHONY: proto-baseline
proto-baseline: ## make the protos as they are the baseline that later ones must be compatible with
	cd proto && $(BUF) build -o baseline.binpb --exclude-source-info

# The sources are newer than what was built, or nothing was built yet.
$(DISTRIBUTION): $(shell find . -path ./node_modules -prune -o -path '*/src/main/*' -type f -print 2>/dev/null) $(wildcard pom.xml */pom.xml)
	@$(MAKE) --no-print-directory build

.PHONY: demo
demo: jdk $(DISTRIBUTION) ## start three replicas on localhost:3001-3003 and say what to do with them (DATA=folder keeps their data)
	@JAVA_HOME="$(JDK)" exec bin/dotkv demo $(if $(DATA),--data "$(DATA)")

.PHONY: bench
bench: jdk $(DISTRIBUTION) ## load a running cluster, such as that of make demo, and compare it with the floor (ARGS="--workload put")
	@JAVA_HOME="$(JDK)" exec bin/dotkv bench --floor $(ARGS)

.PHONY: sim
sim: jdk $(DISTRIBUTION) ## simulate whole clusters with faults: fresh seeds for SECONDS=60, or SEED=… with its trace (ARGS="--nodes 5")
	@JAVA_HOME="$(JDK)" exec bin/dotkv sim $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS)) $(ARGS)

.PHONY: model
model: jdk ## run the random model of the replica: RUNS=100000 runs of 200 steps with fresh seeds, or from FROM=… on
	$(MVN) $(QUIET) verify -pl storage-service -am -Dsurefire.failIfNoSpecifiedTests=false -Dtest='ReplicaModelTest#goesOn*' \
	  -Dspotless.check.skip -Ddotkv.model.runs=$(or $(RUNS),100000) $(if $(FROM),-Ddotkv.model.from=$(FROM))

.PHONY: image
image: jdk $(DISTRIBUTION) ## build the container image dotkv:latest
	docker build -t dotkv:latest .

.PHONY: clean
clean: ## delete everything that was built
	rm -rf target */target
