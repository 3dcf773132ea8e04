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
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

.PHONY: jdk
jdk:
	@[ -n "$(JDK)" ] || { echo "DotKV needs a JDK 25 or later, and none was found in JAVA_HOME or the usual places." >&2; \
	echo "Install one (for example the package temurin-25-jdk of the Adoptium project), or set JAVA_HOME to it." >&2; exit 1; }
	@command -v mvn >/dev/null || { echo "DotKV is built by Maven 3.8.6 or later: install the package maven." >&2; exit 1; }

.PHONY: build
build: jdk ## build the distribution into node-launcher/target/dotkv, without tests
	$(MVN) -Dorg.slf4j.simpleLogger.defaultLogLevel=warn package -DskipTests

.PHONY: test
test: jdk ## run all tests
	$(MVN) verify

.PHONY: fix
fix: jdk ## format the sources
	$(MVN) -q spotless:apply

.PHONY: clean
clean: ## delete everything that was built
	rm -rf target */target
