Feature: Stored modules are run

  Scenario Outline: Numbers of each type go in and out
    Given the module "scalars" stored to run "<function>" of (<type>) -> (<type>)
    When I run it with [<value>]
    Then the status is 201
    And the message is [<value>]

    Examples:
      | function | type | value               |
      | same_i32 | I32  | -7                  |
      | same_i64 | I64  | 9007199254740993    |
      | same_f32 | F32  | 0.5                 |
      | same_f64 | F64  | 3.141592653589793   |

  Scenario: Several results come together
    Given the module "scalars" stored to run "four" of () -> (I32, I64, F32, F64)
    When I run it with []
    Then the message is [1, -2, 0.5, -0.25]

  Scenario: Single precision is widened
    Given the module "sum_f32" stored to run "sum" of (F32, F32) -> (F32)
    When I run it with [0.1, 0.2]
    Then the message is [0.30000001192092896]

  Scenario Outline: Arguments that do not fit are refused
    Given the module "sum" stored to run "sum" of (I32, I32) -> (I32)
    When I run it with <arguments>
    Then the status is 400
    And the message begins with "<text>"

    Examples:
      | arguments | text                                     |
      | [1]       | Length Args Error: expect: 2, found: 1   |
      | [1, 2, 3] | Length Args Error: expect: 2, found: 3   |
      | [1, "2"]  | Invalid Type: I32                        |
      | [1, 2.5]  | Invalid Type: I32                        |
      | {         | Invalid Json:                            |

  Scenario: A function that traps is told, and the next run goes well
    Given the module "scalars" stored to run "divide" of (I32, I32) -> (I32)
    When I run it with [1, 0]
    Then the status is 500
    And the message begins with "Error: Function Execution Error:"
    When I run it with [6, 3]
    Then the status is 201
    And the message is [2]

  Scenario: A function that is not exported is told
    Given the module "sum" stored to run "product" of (I32, I32) -> (I32)
    When I run it with [1, 2]
    Then the status is 500
    And the message begins with "Error: Instantiate Function Error `product`:"
