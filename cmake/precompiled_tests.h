// What most test programs include of others; see precompiled.cmake.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "precompiled_libraries.h"
