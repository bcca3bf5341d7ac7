#!/usr/bin/env bash
# Runs the gate. Its exit code is an output and the last step's, so that what it found is told first.
set -euo pipefail

reports="$RUNNER_TEMP/contract-harness-reports"
mkdir -p "$reports"
rm -f "$reports"/*

# Quotes are read as a shell reads them; nothing is expanded. One that does not end fails the step.
words=()
quoted=$(printf '%s' "$INPUT_ARGUMENTS" | xargs -n 1 printf '%s\n')
while IFS= read -r word; do
  if [ -n "$word" ]; then words+=("$word"); fi
done <<<"$quoted"

cd "$INPUT_DIRECTORY"
code=0
"$RUNNER_TEMP/contract-harness/bin/harness" gate ${words[@]+"${words[@]}"} \
  --output "html=$reports/gate.html" \
  --output "json=$reports/gate.json" \
  --output "junit=$reports/gate.xml" \
  --output "sarif=$reports/gate.sarif" \
  --output "comment=$reports/comment.md" || code=$?

{
  echo "exit-code=$code"
  echo "reports=$reports"
} >>"$GITHUB_OUTPUT"
