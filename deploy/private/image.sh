# ./dev image: the image of every role, and the all-in-one images on top of it. BASE and BUILD_BASE in the environment
# choose the images that these are built from, as deploy/Dockerfile says.

readonly role_image=plexus:dev

# build_image [all-in-one|all-in-one-test] [TAG]
build_image() {
  case ${1:-} in
    all-in-one) build_all_in_one production "${2:-plexus-all-in-one:dev}" ;;
    all-in-one-test) build_all_in_one test "${2:-plexus-all-in-one-test:dev}" ;;
    *) build_role_image "${1:-$role_image}" ;;
  esac
}

build_role_image() {
  docker build --file deploy/Dockerfile --build-arg BASE --build-arg BUILD_BASE --tag "$1" .
}

# build_all_in_one TARGET TAG
build_all_in_one() {
  build_role_image "$role_image"
  docker build --file deploy/all-in-one/Dockerfile --build-arg PLEXUS_IMAGE="$role_image" --target "$1" --tag "$2" .
}
