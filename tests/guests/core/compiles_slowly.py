"""Writes a module of 1 MB that takes a compiler half a minute: a deadline for compilers holds.

Hundreds of locals live across thousands of branches make register allocation slow.
"""

LOCALS = 400
BRANCHES = 20_000
STATEMENTS_A_BRANCH = 4


def statement(branch, number):
    # Coprime strides, so that each local depends on many others.
    to = (branch * 7 + number * 13) % LOCALS + 1
    source = (branch * 11 + number * 5) % LOCALS + 1
    return (
        f"(local.set {to} (i32.mul (local.get {source})"
        f" (i32.add (local.get {to}) (local.get 0))))"
    )


def main():
    print('(module (func (export "f") (param i32) (result i32)')
    print(f"  (local {'i32 ' * LOCALS})")
    for branch in range(BRANCHES):
        body = " ".join(statement(branch, number) for number in range(STATEMENTS_A_BRANCH))
        print(f"  (if (local.get 0) (then {body}))")
    print("  (i32.const 0)")
    for local in range(1, LOCALS + 1):
        print(f"  (i32.add (local.get {local}))")
    print("))")


if __name__ == "__main__":
    main()
