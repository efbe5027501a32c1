Feature: Modules are stored, read, replaced and deleted

  Scenario: A stored module is given back
    Given the module "sum" stored to run "sum" of (I32, I32) -> (I32)
    When I read it
    Then the status is 200
    And I get its bytes and metadata back

  Scenario: A write is answered with the module's id
    When I store the module "sum" to run "sum" of (I32, I32) -> (I32)
    Then the status is 202
    And the message holds a new id

  Scenario: A replaced module runs as the new one
    Given the module "sum" stored to run "sum" of (I32, I32) -> (I32)
    When I replace it by the module "scalars" to run "answer" of () -> (I32)
    Then the status is 202
    When I run it with []
    Then the status is 201
    And the message is [42]

  Scenario: A deleted module is not found
    Given the module "sum" stored to run "sum" of (I32, I32) -> (I32)
    When I delete it
    Then the status is 202
    When I read it
    Then the status is 404
    And the message is "Error: Not found"

  Scenario: Modules are counted
    Given the number of modules
    When I store the module "sum" to run "sum" of (I32, I32) -> (I32)
    Then there is one more module

  Scenario: An id that is no UUID can't be read
    When I read the module "abc"
    Then the status is 400
    And the message begins with "Invalid ID: "

  Scenario Outline: What does not exist can't be changed
    When I <action> the module "11111111-2222-4333-8444-555555555555"
    Then the status is 404
    And the message is "Invalid Id: Error: Not found"

    Examples:
      | action  |
      | replace |
      | delete  |
      | run     |

  Scenario Outline: A module that is no module is refused
    When I send <body> to be stored
    Then the status is 400
    And the message begins with "<text>"

    Examples:
      | body                                                                             | text          |
      | {                                                                                | Invalid Json: |
      | {"wasm": [0, 256]}                                                               | Invalid Json: |
      | {"wasm": [1], "metadata": {"functionName": "f", "returnType": [], "args": []}}   | Invalid Wasm: |
      | {"wasm": [], "metadata": {"functionName": "f", "returnType": ["X"], "args": []}} | Invalid Json: |
