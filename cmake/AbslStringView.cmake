# Debian 12 builds Abseil with a string_view class of its own, which std::string_view does not convert to. Plexus says
# std::string_view everywhere, so our compilations see copies of three of Abseil's headers with the conversions added:
# inline members only, nothing that changes a layout or a symbol.
find_path(ABSL_INCLUDE_DIR absl/strings/string_view.h REQUIRED)
set(ABSL_STD_DIR ${CMAKE_BINARY_DIR}/absl_std)

# Copies `header` with `addition` put before the first `anchor`.
function(absl_add_conversion header anchor addition)
  file(READ ${ABSL_INCLUDE_DIR}/${header} text)
  string(FIND "${text}" "${anchor}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${header} is not as cmake/AbslStringView.cmake expects it")
  endif()
  string(SUBSTRING "${text}" 0 ${at} head)
  string(SUBSTRING "${text}" ${at} -1 tail)
  file(CONFIGURE OUTPUT ${ABSL_STD_DIR}/${header} CONTENT "${head}${addition}\n  ${tail}" @ONLY)
endfunction()

file(STRINGS ${ABSL_INCLUDE_DIR}/absl/base/options.h own_class REGEX "^#define ABSL_OPTION_USE_STD_STRING_VIEW 0")
if(own_class)
  absl_add_conversion(absl/strings/string_view.h "constexpr string_view(const char* data, size_type len)"
    "constexpr string_view(std::basic_string_view<char> s) noexcept : ptr_(s.data()), length_(s.size()) {}
  constexpr operator std::basic_string_view<char>() const noexcept { return {ptr_, length_}; }")
  absl_add_conversion(absl/strings/str_cat.h "AlphaNum(absl::string_view pc)"
    "AlphaNum(std::basic_string_view<char> s) : piece_(s) {}")
  absl_add_conversion(absl/strings/internal/str_split_internal.h "ConvertibleToStringView(absl::string_view s)"
    "ConvertibleToStringView(std::basic_string_view<char> s) : value_(s) {}")
  target_include_directories(plexus_flags_generated SYSTEM INTERFACE ${ABSL_STD_DIR})
endif()
