"""`python -m hoso_api.cli` is `hoso`."""

from hoso_api.cli.main import main

if __name__ == "__main__":
    main()
